# A template: fill in `url` and `sha256` of a release's source archive.
class Hbmon < Formula
  desc "Watches heartbeats: HTTP, WebSocket, server-sent events, Socket.IO, pushed"
  homepage "https://example.invalid/hbmon"
  url "https://example.invalid/hbmon/archive/v0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on "rust" => :build

  def install
    system "cargo", "install", *std_cargo_args
    generate_completions_from_executable(bin/"hbmon", "completions", shells: [:bash, :zsh, :fish])
    man1.install Dir["man/*.1"]
    man5.install "man/hbmon.5"
  end

  service do
    run [opt_bin/"hbmon", "serve", etc/"hbmon/config.yaml"]
    keep_alive crashed: true
    log_path var/"log/hbmon.log"
    error_log_path var/"log/hbmon.log"
  end

  test do
    (testpath/"hbmon.yaml").write <<~YAML
      monitors: [{name: a, http: http://localhost/}]
    YAML
    assert_match "1 monitor, valid", shell_output("#{bin}/hbmon validate")
    assert_match "hbmon #{version}", shell_output("#{bin}/hbmon -V")
  end
end
