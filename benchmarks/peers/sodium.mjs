// A version 1 message of 1 KiB as a JavaScript client seals and opens it with libsodium-wrappers, for "-- peers" of the benchmarks:
// one line of JSON per operation. libsodium is WebAssembly there; emptyCall is a call into it that computes next to nothing.
// Packages: npm ci --prefix benchmarks/peers
import { existsSync } from 'node:fs';

if (!existsSync(new URL('node_modules/.package-lock.json', import.meta.url))) {
  console.log('skipped: run npm ci --prefix benchmarks/peers');
  process.exit(0);
}

const { default: sodium } = await import('libsodium-wrappers-sumo');
await sodium.ready;

const blocks = 9;
const calls = 200;
const blockSize = 160;
const content = new Uint8Array(1024);
const alice = sodium.crypto_sign_seed_keypair(new Uint8Array(32).fill(1));
const bob = sodium.crypto_sign_seed_keypair(new Uint8Array(32).fill(2));
const bobPublic = sodium.crypto_sign_ed25519_pk_to_curve25519(bob.publicKey);
const bobSecret = sodium.crypto_sign_ed25519_sk_to_curve25519(bob.privateKey);

function join(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => { joined.set(part, at); return at + part.length; }, 0);
  return joined;
}

function seal() {
  const padded = new Uint8Array((Math.floor((content.length + 1) / blockSize) + 1) * blockSize);
  padded.set(content);
  padded[content.length] = 0x80;
  const signature = sodium.crypto_sign_detached(join(padded, alice.publicKey, bobPublic), alice.privateKey);
  return sodium.crypto_box_seal(join(padded, alice.publicKey, signature), bobPublic);
}

const sealed = seal();
function open() {
  const text = sodium.crypto_box_seal_open(sealed, bobPublic, bobSecret);
  const padded = text.subarray(0, text.length - 96);
  const author = text.subarray(text.length - 96, text.length - 64);
  if (!sodium.crypto_sign_verify_detached(text.subarray(text.length - 64), join(padded, author, bobPublic), author)) throw new Error('signature');
  return padded.subarray(0, padded.lastIndexOf(0x80));
}

// Nanoseconds of this process's CPU per call: the smallest of the blocks.
function measure(action) {
  let best = Infinity;
  for (let block = 0; block < blocks; block++) {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) action();
    const used = process.cpuUsage(before);
    best = Math.min(best, ((used.user + used.system) * 1000) / calls);
  }
  return Math.round(best);
}

const emptyCall = measure(() => sodium.is_zero(content.subarray(0, 1)));
for (const [operation, action] of [['Seal', seal], ['Open', open]]) {
  console.log(JSON.stringify({ operation, total: measure(action), emptyCall }));
}
