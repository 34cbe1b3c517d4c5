// Real libsignal, driven by JSON lines: one request object per line on standard input, exactly one answer per line on
// standard output, in order. Byte strings are lower-case hex. README.md lists the operations.
//
//   node peer.mjs            0.103.0: PQXDH (version 4) with SPQR
//   node peer.mjs classic    0.72.1:  X3DH (version 3), or PQXDH (version 4) when the bundle has a KEM key
//   node peer.mjs legacy     0.22.0:  X3DH (version 3), wire byte 33
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createStores } from './stores.mjs';

const packages = { current: '@signalapp/libsignal-client', classic: 'libsignal-classic', legacy: 'libsignal-legacy' };
const release = process.argv[2] ?? 'current';
const module = await import(packages[release]);
const signal = module.SessionStore === undefined ? module.default : module;

const bytes = (hex) => Buffer.from(hex, 'hex');
const hex = (data) => Buffer.from(data).toString('hex');
const publicKey = (text) => signal.PublicKey.deserialize(bytes(text));
const privateKey = (text) => signal.PrivateKey.deserialize(bytes(text));
const address = (name) => signal.ProtocolAddress.new(name, 1);

const parties = new Map();
const party = (name) => {
  const found = parties.get(name);
  if (found === undefined) throw new Error(`no party ${name}`);
  return found;
};
// The newest library binds the local address into the session and takes it as an argument of its own.
const local = (owner) => (signal.signalDecrypt.length >= 5 ? [owner.address] : []);

const operations = {
  hello: () => ({ release, usesKem: signal.KEMKeyPair !== undefined, needsKem: release === 'current' }),

  create({ name, identityPrivate }) {
    const identity = identityPrivate === undefined ? signal.PrivateKey.generate() : privateKey(identityPrivate);
    const owner = {
      identity,
      address: address(name),
      registrationId: randomInt(1, 0x3fff),
      sessions: new Map(), identities: new Map(), preKeys: new Map(), signedPreKeys: new Map(), kyberPreKeys: new Map(), senderKeys: new Map(),
    };
    owner.stores = createStores(signal, owner);
    parties.set(name, owner);
    return { identityKey: hex(identity.getPublicKey().serialize()), registrationId: owner.registrationId };
  },

  // A bundle with a signed pre-key, and with a one-time and a KEM pre-key where their ids are given.
  async bundle({ name, signedPreKeyId, preKeyId, kyberPreKeyId }) {
    const { identity, registrationId, stores } = party(name);
    const signed = signal.PrivateKey.generate();
    const signature = identity.sign(signed.getPublicKey().serialize());
    await stores.signedPreKeys.saveSignedPreKey(
      signedPreKeyId, signal.SignedPreKeyRecord.new(signedPreKeyId, Date.now(), signed.getPublicKey(), signed, signature));
    const bundle = {
      registrationId,
      identityKey: hex(identity.getPublicKey().serialize()),
      signedPreKeyId,
      signedPreKey: hex(signed.getPublicKey().serialize()),
      signedPreKeySignature: hex(signature),
    };
    if (preKeyId !== undefined) {
      const oneTime = signal.PrivateKey.generate();
      await stores.preKeys.savePreKey(preKeyId, signal.PreKeyRecord.new(preKeyId, oneTime.getPublicKey(), oneTime));
      Object.assign(bundle, { preKeyId, preKey: hex(oneTime.getPublicKey().serialize()) });
    }
    if (kyberPreKeyId !== undefined) {
      const pair = signal.KEMKeyPair.generate();
      const kemSignature = identity.sign(pair.getPublicKey().serialize());
      await stores.kyberPreKeys.saveKyberPreKey(kyberPreKeyId, signal.KyberPreKeyRecord.new(kyberPreKeyId, Date.now(), pair, kemSignature));
      Object.assign(bundle, { kyberPreKeyId, kyberPreKey: hex(pair.getPublicKey().serialize()), kyberPreKeySignature: hex(kemSignature) });
    }
    return { bundle };
  },

  async process({ name, peer, bundle }) {
    const owner = party(name);
    const fields = [
      bundle.registrationId, 1,
      bundle.preKeyId ?? null, bundle.preKey === undefined ? null : publicKey(bundle.preKey),
      bundle.signedPreKeyId, publicKey(bundle.signedPreKey), bytes(bundle.signedPreKeySignature), publicKey(bundle.identityKey),
    ];
    if (bundle.kyberPreKey !== undefined) {
      fields.push(bundle.kyberPreKeyId, signal.KEMPublicKey.deserialize(bytes(bundle.kyberPreKey)), bytes(bundle.kyberPreKeySignature));
    }
    await signal.processPreKeyBundle(
      signal.PreKeyBundle.new(...fields), address(peer), ...local(owner), owner.stores.sessions, owner.stores.identities);
    return {};
  },

  async encrypt({ name, peer, plaintext }) {
    const owner = party(name);
    const message = await signal.signalEncrypt(
      bytes(plaintext), address(peer), ...local(owner), owner.stores.sessions, owner.stores.identities);
    return { type: message.type(), message: hex(message.serialize()) };
  },

  async decrypt({ name, peer, type, message }) {
    const owner = party(name);
    const { sessions, identities, preKeys, signedPreKeys, kyberPreKeys } = owner.stores;
    const plaintext = type === 3
      ? await signal.signalDecryptPreKey(
        signal.PreKeySignalMessage.deserialize(bytes(message)), address(peer), ...local(owner),
        sessions, identities, preKeys, signedPreKeys, ...(kyberPreKeys === undefined ? [] : [kyberPreKeys]))
      : await signal.signalDecrypt(signal.SignalMessage.deserialize(bytes(message)), address(peer), ...local(owner), sessions, identities);
    return { plaintext: hex(plaintext) };
  },

  async archive({ name, peer }) {
    const { stores } = party(name);
    const session = await stores.sessions.getSession(address(peer));
    session.archiveCurrentState();
    await stores.sessions.saveSession(address(peer), session);
    return {};
  },

  async groupCreate({ name, distributionId }) {
    const { address: own, stores } = party(name);
    const message = await signal.SenderKeyDistributionMessage.create(own, distributionId, stores.senderKeys);
    return { distribution: hex(message.serialize()) };
  },

  async groupProcess({ name, sender, distribution }) {
    await signal.processSenderKeyDistributionMessage(
      address(sender), signal.SenderKeyDistributionMessage.deserialize(bytes(distribution)), party(name).stores.senderKeys);
    return {};
  },

  async groupEncrypt({ name, distributionId, plaintext }) {
    const { address: own, stores } = party(name);
    const message = await signal.groupEncrypt(own, distributionId, stores.senderKeys, bytes(plaintext));
    return { message: hex(message.serialize()) };
  },

  async groupDecrypt({ name, sender, message }) {
    return { plaintext: hex(await signal.groupDecrypt(address(sender), party(name).stores.senderKeys, bytes(message))) };
  },

  groupForget: ({ name, distributionId }) => ({ forgotten: party(name).senderKeys.delete(`${name}.1/${distributionId}`) }),

  sign: ({ key, message }) => ({ signature: hex(privateKey(key).sign(bytes(message))) }),
  verify: ({ key, message, signature }) => ({ valid: publicKey(key).verify(bytes(message), bytes(signature)) }),

  fingerprint({ localId, localKey, remoteId, remoteKey }) {
    const made = signal.Fingerprint.new(5200, 2, bytes(localId), publicKey(localKey), bytes(remoteId), publicKey(remoteKey));
    return { display: made.displayableFingerprint().toString(), scannable: hex(made.scannableFingerprint().toBuffer()) };
  },
};

async function answer(line) {
  let request;
  try {
    request = JSON.parse(line);
    return { ok: true, ...(await operations[request.op](request)) };
  } catch (error) {
    const kind = typeof error?.code === 'number' ? signal.ErrorCode?.[error.code] ?? String(error.code) : 'Error';
    return { ok: false, kind, error: String(error?.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
