// npm's ws: one behaviour a path. Prints {"port": N} once it listens; ends with its standard input.
const { gzipSync } = require("node:zlib");
const { createServer } = require("node:http");
const { WebSocketServer } = require("ws");

const beat = () => JSON.stringify({ ts: new Date().toISOString(), ok: true });

function every(socket, send) {
  send();
  const timer = setInterval(send, 200);
  socket.on("close", () => clearInterval(timer));
}

const behaviours = {
  "/good": (socket) => every(socket, () => socket.send(beat())),
  "/chatty": (socket) =>
    every(socket, () => {
      socket.send("not a heartbeat");
      socket.send(JSON.stringify({ chat: "hello" }));
      socket.send(beat());
    }),
  "/gzip": (socket) => every(socket, () => socket.send(gzipSync(beat()))),
  "/not-ok": (socket) => every(socket, () => socket.send(JSON.stringify({ ts: new Date().toISOString(), ok: false }))),
  "/silent": () => {},
  "/ping": (socket) => every(socket, () => (socket.ping("are you there"), socket.send(beat()))),
  "/echo": (socket) => socket.on("message", (message) => socket.send(message.toString())),
  "/once": (socket) => (socket.send(beat()), socket.close(1001, "going away")),
  "/broken": (socket) => socket.close(1011, "database gone"),
  "/vanish": (socket) => socket.terminate(),
  "/huge": (socket) => socket.send("x".repeat(2 * 1024 * 1024)),
};

const server = createServer((_, response) => response.writeHead(404).end());
const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: true,
  handleProtocols: (offered) => (offered.has("hb.v1") ? "hb.v1" : false),
});
server.on("upgrade", (request, socket, head) => {
  const behaviour = behaviours[request.url];
  if (!behaviour) {
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  sockets.handleUpgrade(request, socket, head, behaviour);
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on("end", () => process.exit(0));
