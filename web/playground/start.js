import { decompress, Decompress } from "fzstd";

// Starts the playground: unpacks the program, runs it until it has defined segmentCall and
// segmentFeed, and only then loads the page, which uses them in place of a network.
const state = document.getElementById("root");
const say = (text) => (state.textContent = text);

async function start() {
  const began = performance.now();
  const [packed, shop] = await Promise.all([get("./segment.wasm.zst"), get("./shop.zst")]);
  window.segmentShop = decompress(new Uint8Array(await shop.arrayBuffer()));
  const wasm = new Response(packed.body.pipeThrough(unpacking()), { headers: { "Content-Type": "application/wasm" } });

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

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: status ${answer.status}`);
  return answer;
}

// unpacking unpacks Zstandard, by which the program is a quarter smaller than by gzip and
// which browsers do not unpack by themselves. What has come is compiled while the rest comes.
function unpacking() {
  let unpack;
  return new TransformStream({
    start: (to) => void (unpack = new Decompress((piece) => to.enqueue(piece))),
    transform: (piece) => unpack.push(piece),
    flush: () => unpack.push(new Uint8Array(0), true),
  });
}

say("Starting the playground …");
start().catch((e) => say(`The playground cannot start: ${e.message}`));
