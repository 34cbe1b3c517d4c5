// The ratchet's operations in the real libsignal, 1 KiB each, for "-- peers" of the benchmarks: one line of JSON per operation.
// libsignal comes from tests/interop (npm ci --prefix tests/interop). Its stores are JavaScript and its cryptography is native, so
// an operation is one asynchronous native call that calls back for each key and session. What such a call costs when there is
// nothing to do is measured in the same process and given beside the time:
//   total     an operation, as a Node program sees it
//   emptyCall an asynchronous native call that loads no session and gives up: one callback, no cryptography
//   net       total less one empty call for each native call
//   least     total less one empty call for each callback: a lower bound of what the native side needs, 0 when it is all bridge
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const interop = new URL('../../tests/interop/', import.meta.url);
if (!existsSync(new URL('node_modules/.package-lock.json', interop))) {
  console.log('skipped: run npm ci --prefix tests/interop');
  process.exit(0);
}

const { createStores } = await import(new URL('stores.mjs', interop));
const { resolve } = createRequire(new URL('package.json', interop));
const plaintext = Buffer.alloc(1024);
const blocks = 9;

// Nanoseconds of this process's CPU per call: the smallest of the blocks, which the rest of the machine disturbed least.
async function measure(calls, action) {
  let best = Infinity;
  for (let block = 0; block < blocks; block++) {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) await action();
    const used = process.cpuUsage(before);
    best = Math.min(best, ((used.user + used.system) * 1000) / calls);
  }
  return best;
}

// A party of the interop tests that counts how often the native side calls back.
function createParty(signal, name) {
  const party = {
    identity: signal.PrivateKey.generate(), address: signal.ProtocolAddress.new(name, 1), registrationId: 1, callbacks: 0,
    sessions: new Map(), identities: new Map(), preKeys: new Map(), signedPreKeys: new Map(), kyberPreKeys: new Map(), senderKeys: new Map(),
  };
  party.stores = createStores(signal, party);
  party.stores.preKeys.removePreKey = async () => {}; // so that one first message can be accepted many times
  for (const store of Object.values(party.stores)) {
    for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter((x) => x !== 'constructor')) {
      const original = store[method].bind(store);
      store[method] = (...values) => { party.callbacks++; return original(...values); };
    }
  }
  return party;
}

async function createBundle(signal, { identity, registrationId, stores }, withKem) {
  const signed = signal.PrivateKey.generate();
  const signature = identity.sign(signed.getPublicKey().serialize());
  await stores.signedPreKeys.saveSignedPreKey(1, signal.SignedPreKeyRecord.new(1, 0, signed.getPublicKey(), signed, signature));
  const oneTime = signal.PrivateKey.generate();
  await stores.preKeys.savePreKey(1, signal.PreKeyRecord.new(1, oneTime.getPublicKey(), oneTime));
  const fields = [registrationId, 1, 1, oneTime.getPublicKey(), 1, signed.getPublicKey(), signature, identity.getPublicKey()];
  if (withKem) {
    const pair = signal.KEMKeyPair.generate();
    const kemSignature = identity.sign(pair.getPublicKey().serialize());
    await stores.kyberPreKeys.saveKyberPreKey(1, signal.KyberPreKeyRecord.new(1, 0, pair, kemSignature));
    fields.push(1, pair.getPublicKey(), kemSignature);
  }
  return signal.PreKeyBundle.new(...fields);
}

async function run(release, packageName, suite) {
  const module = await import(pathToFileURL(resolve(packageName)));
  const signal = module.SessionStore === undefined ? module.default : module;
  // The newest library takes the local address as an argument of its own.
  const local = (party) => (signal.signalDecrypt.length >= 5 ? [party.address] : []);
  const [alice, bob, stranger] = ['alice', 'bob', 'stranger'].map((name) => createParty(signal, name));
  const bundle = await createBundle(signal, bob, suite !== 'X3dh');
  const initiate = () => signal.processPreKeyBundle(bundle, bob.address, ...local(alice), alice.stores.sessions, alice.stores.identities);
  const encrypt = (from, to) => signal.signalEncrypt(plaintext, to.address, ...local(from), from.stores.sessions, from.stores.identities);
  const parse = (message) => (message.type() === 3 ? signal.PreKeySignalMessage : signal.SignalMessage).deserialize(message.serialize());
  const decrypt = (at, from, message) => signal.signalDecrypt(message, from.address, ...local(at), at.stores.sessions, at.stores.identities);
  const accept = (message) => {
    const { sessions, identities, preKeys, signedPreKeys, kyberPreKeys } = bob.stores;
    return signal.signalDecryptPreKey(message, alice.address, ...local(bob), sessions, identities, preKeys, signedPreKeys, kyberPreKeys);
  };

  await initiate();
  const first = parse(await encrypt(alice, bob));
  await accept(first);
  await decrypt(alice, bob, parse(await encrypt(bob, alice)));
  await decrypt(bob, alice, parse(await encrypt(alice, bob)));
  const established = [new Map(alice.sessions), new Map(bob.sessions)];

  const unknown = parse(await encrypt(alice, bob));
  const empty = () => signal.signalDecrypt(unknown, alice.address, ...local(stranger), stranger.stores.sessions, stranger.stores.identities).catch(() => {});
  const emptyCall = await measure(500, empty);

  const report = async (operation, calls, nativeCalls, action) => {
    [alice.sessions, bob.sessions] = established.map((sessions) => new Map(sessions));
    alice.callbacks = bob.callbacks = 0;
    await action();
    const callbacks = alice.callbacks + bob.callbacks;
    const total = await measure(calls, action);
    const less = (count) => Math.max(0, Math.round(total - count * emptyCall));
    console.log(JSON.stringify({
      release, suite, operation, callbacks, total: Math.round(total), emptyCall: Math.round(emptyCall), net: less(nativeCalls), least: less(callbacks),
    }));
  };

  // Encrypted ahead; the report puts the sessions back to where the first of them is the next.
  const queue = [];
  for (let i = 0; i < 100 * blocks + 1; i++) queue.push(parse(await encrypt(alice, bob)));
  queue.unshift(unknown);

  await report('Encrypt', 300, 1, () => encrypt(alice, bob));
  await report('Decrypt', 100, 1, () => decrypt(bob, alice, queue.shift()));
  await report('RoundTrip', 50, 4, async () => {
    await decrypt(bob, alice, parse(await encrypt(alice, bob)));
    await decrypt(alice, bob, parse(await encrypt(bob, alice)));
  });
  await report('Initiate', 50, 1, () => { alice.sessions.clear(); return initiate(); });
  await report('Accept', 50, 1, () => { bob.sessions.clear(); return accept(first); });
}

await run('current', '@signalapp/libsignal-client', 'PqxdhWithPqChain');
await run('classic', 'libsignal-classic', 'Pqxdh');
await run('classic', 'libsignal-classic', 'X3dh');
