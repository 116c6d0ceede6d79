// A real Socket.IO server: node server.js PACKAGE MODE [--transports=polling,websocket] [--allowEIO3]
//
// PACKAGE is an alias of package.json (sio2, sio3, sio4). Prints {"port": N} once it
// listens on loopback, and ends when its standard input does.
//
// MODE, in `/` and in `/chat`:
//   good        answers `heartbeat` by the event `heartbeat-ack` and by the acknowledgement; emits `beat` every 100 ms
//   binary      the same with two attachments in every answer
//   late        answers three seconds late
//   silent      joins and never answers
//   hang        never finishes to join
//   reject      joins only who shows the token `letmein`, in the handshake or in the query
//   kick        emits one `beat`, then closes the transport
//   disconnect  emits one `beat`, then ends the namespace
"use strict";

const [name, mode, ...flags] = process.argv.slice(2);
const transports = flags.filter((flag) => flag.startsWith("--transports=")).map((flag) => flag.slice(13).split(","));

const http = require("http").createServer();
// Who answers no ping is closed; in time only where that is what is tested, since machines stand still.
const pingTimeout = flags.includes("--impatient") ? 1000 : 10_000;
const options = { pingInterval: 300, pingTimeout, allowEIO3: flags.includes("--allowEIO3") };
if (transports.length > 0) options.transports = transports[0];
const io = require(name)(http, options);

function answer(count) {
  const plain = { ok: true, ts: new Date().toISOString(), count };
  return mode === "binary" ? { ...plain, one: Buffer.from([1, 0x1e, 255]), two: Buffer.alloc(2000) } : plain;
}

function connected(socket) {
  let count = 0;
  socket.on("heartbeat", (...given) => {
    const acknowledge = given.find((argument) => typeof argument === "function");
    const reply = () => {
      socket.emit("heartbeat-ack", answer(++count));
      if (acknowledge) acknowledge(answer(count));
    };
    if (mode === "silent") return;
    if (mode === "late") setTimeout(reply, 3000);
    else reply();
  });
  if (mode === "kick" || mode === "disconnect") {
    socket.emit("beat", answer(++count));
    // On the next turn: the heartbeat must be out first.
    setTimeout(() => (mode === "kick" ? socket.conn.close() : socket.disconnect()), 50);
  }
  if (mode === "good" || mode === "binary") {
    const timer = setInterval(() => socket.emit("beat", answer(++count)), 100);
    socket.on("disconnect", () => clearInterval(timer));
  }
}

for (const path of ["/", "/chat"]) {
  const namespace = io.of(path);
  if (mode === "hang") namespace.use(() => {});
  if (mode === "reject") {
    namespace.use((socket, next) => {
      const { auth = {}, query } = socket.handshake;
      next(auth.token === "letmein" || query.token === "letmein" ? undefined : new Error("not authorized"));
    });
  }
  namespace.on("connection", connected);
}

http.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: http.address().port })));
process.stdin.on("end", () => process.exit(0)).resume();
