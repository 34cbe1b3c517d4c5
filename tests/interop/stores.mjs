// The state of one libsignal party, in memory. Everything is kept serialized, as an application would keep it.

const slot = (address) => `${address.name()}.${address.deviceId()}`;

export function createStores(signal, party) {
  const take = (map, id, what) => {
    const bytes = map.get(id);
    if (bytes === undefined) throw new Error(`${what} ${id} is not in the store`);
    return bytes;
  };

  class Sessions extends signal.SessionStore {
    async saveSession(address, record) { party.sessions.set(slot(address), record.serialize()); }
    async getSession(address) {
      const bytes = party.sessions.get(slot(address));
      return bytes === undefined ? null : signal.SessionRecord.deserialize(bytes);
    }
    async getExistingSessions(addresses) { return Promise.all(addresses.map((address) => this.getSession(address))); }
  }

  // Trust on first use: a peer whose identity key changed is refused.
  class Identities extends signal.IdentityKeyStore {
    async getIdentityKey() { return party.identity; }
    async getLocalRegistrationId() { return party.registrationId; }
    async saveIdentity(address, key) {
      const known = party.identities.get(slot(address));
      const changed = known !== undefined && !known.equals(key.serialize());
      party.identities.set(slot(address), Buffer.from(key.serialize()));
      return signal.IdentityChange === undefined ? changed : Number(changed);
    }
    async isTrustedIdentity(address, key) {
      const known = party.identities.get(slot(address));
      return known === undefined || known.equals(key.serialize());
    }
    async getIdentity(address) {
      const known = party.identities.get(slot(address));
      return known === undefined ? null : signal.PublicKey.deserialize(known);
    }
  }

  class PreKeys extends signal.PreKeyStore {
    async savePreKey(id, record) { party.preKeys.set(id, record.serialize()); }
    async getPreKey(id) { return signal.PreKeyRecord.deserialize(take(party.preKeys, id, 'one-time pre-key')); }
    async removePreKey(id) { party.preKeys.delete(id); }
  }

  class SignedPreKeys extends signal.SignedPreKeyStore {
    async saveSignedPreKey(id, record) { party.signedPreKeys.set(id, record.serialize()); }
    async getSignedPreKey(id) { return signal.SignedPreKeyRecord.deserialize(take(party.signedPreKeys, id, 'signed pre-key')); }
  }

  class SenderKeys extends signal.SenderKeyStore {
    async saveSenderKey(address, distributionId, record) { party.senderKeys.set(`${slot(address)}/${distributionId}`, record.serialize()); }
    async getSenderKey(address, distributionId) {
      const bytes = party.senderKeys.get(`${slot(address)}/${distributionId}`);
      return bytes === undefined ? null : signal.SenderKeyRecord.deserialize(bytes);
    }
  }

  const stores = {
    sessions: new Sessions(),
    identities: new Identities(),
    preKeys: new PreKeys(),
    signedPreKeys: new SignedPreKeys(),
    senderKeys: new SenderKeys(),
  };
  if (signal.KyberPreKeyStore !== undefined) {
    class KyberPreKeys extends signal.KyberPreKeyStore {
      async saveKyberPreKey(id, record) { party.kyberPreKeys.set(id, record.serialize()); }
      async getKyberPreKey(id) { return signal.KyberPreKeyRecord.deserialize(take(party.kyberPreKeys, id, 'KEM pre-key')); }
      async markKyberPreKeyUsed() { /* ours are last-resort keys: they stay */ }
    }
    stores.kyberPreKeys = new KyberPreKeys();
  }
  return stores;
}
