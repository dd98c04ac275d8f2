// Starts the playground: unpacks the program, runs it until it has defined segmentCall and
// segmentFeed, and only then loads the page, which uses them in place of a network.
const state = document.getElementById("root");
const say = (text) => (state.textContent = text);

async function start() {
  const began = performance.now();
  const packed = await fetch("./segment.wasm.gz");
  if (!packed.ok) throw new Error(`segment.wasm.gz: status ${packed.status}`);
  // A server that sends the file as gzip-encoded has the browser unpack it already.
  const bytes = new Uint8Array(await packed.arrayBuffer());
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const body = gzip ? new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")) : bytes;
  const wasm = new Response(body, { headers: { "Content-Type": "application/wasm" } });

  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(wasm, go.importObject);
  await new Promise((ready, failed) => {
    window.segmentReady = ready;
    window.segmentFailed = (why) => failed(new Error(why));
    go.run(instance).then(() => failed(new Error("the program has ended")), failed);
  });
  document.documentElement.dataset.startedIn = String(Math.round(performance.now() - began));
  await import("./assets/index.js");
}

say("Starting the playground …");
start().catch((e) => say(`The playground cannot start: ${e.message}`));
