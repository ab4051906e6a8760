// Connects with the unmodified socket.io-client and prints what happens, one JSON line each.
// node listen.js URL TRANSPORTS AUTHORIZATION COOKIE
const io = require("socket.io-client");
const [url, transports, authorization, cookie] = process.argv.slice(2);
const say = (what, data) => console.log(JSON.stringify([what, data === undefined ? null : data]));

const headers = {};
if (authorization) headers.Authorization = authorization;
if (cookie) headers.Cookie = cookie;
const extra = { extraHeaders: headers };
const options = {
  reconnection: false,
  transportOptions: { polling: extra, websocket: extra },
};
if (transports) options.transports = transports.split(",");

const socket = io(url, options);
socket.on("connect", () => {
  say("connect", socket.io.engine.transport.name);
  socket.io.engine.on("upgrade", (transport) => say("upgrade", transport.name));
  socket.io.engine.on("pong", () => say("pong"));
});
socket.on("connect_error", (error) => say("connect_error", String(error)));
socket.on("error", (error) => say("error", error));
socket.on("disconnect", (reason) => say("disconnect", reason));
for (const name of ["event", "object-packet", "label-insert"]) {
  socket.on(name, (data) => say(name, data));
}
require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [name, argument] = JSON.parse(line);
    socket.emit(name, argument, (answer) => say("ack", answer));
  })
  .on("close", () => process.exit(0));
