import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { cose, isoCBOR } from '@simplewebauthn/server/helpers';

/** A device with one passkey, as far as a server sees it: w3.org/TR/webauthn-3/#sctn-authenticator-data. */
export interface Authenticator {
  register(challenge: string, how?: How): RegistrationResponseJSON;
  use(challenge: string, how?: How): AuthenticationResponseJSON;
}

interface How {
  readonly origin?: string;
  readonly domain?: string;
  /** Whether its user was verified, by a PIN or a finger. */
  readonly isVerified?: boolean;
}

const ORIGIN = 'http://localhost:8080';
/** User present, user verified, attested credential data. */
const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];

export function authenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = createHash('sha256').update(x).digest();
  const key = isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      ...([
        [cose.COSEKEYS.kty, 2],
        [cose.COSEKEYS.alg, -7],
        [cose.COSEKEYS.crv, 1],
      ] as const),
      ...([
        [cose.COSEKEYS.x, bytesOf(x)],
        [cose.COSEKEYS.y, bytesOf(y)],
      ] as const),
    ]),
  );
  const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
  let counter = 0;
  const common = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' } as const;
  const dataOf = ({ domain = 'localhost', isVerified = true }: How, more: number): Buffer => {
    counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const flags = Buffer.from([PRESENT | (isVerified ? VERIFIED : 0) | more]);
    return Buffer.concat([createHash('sha256').update(domain).digest(), flags, count]);
  };
  return {
    register(challenge, how = {}) {
      const authData = new Uint8Array(Buffer.concat([dataOf(how, ATTESTED), credential]));
      const attested = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      const attestationObject = Buffer.from(isoCBOR.encode(attested as never)).toString('base64url');
      const clientDataJSON = clientData('webauthn.create', { challenge, how }).toString('base64url');
      return { ...common, clientExtensionResults: {}, response: { attestationObject, clientDataJSON } };
    },
    use(challenge, how = {}) {
      const client = clientData('webauthn.get', { challenge, how });
      const data = dataOf(how, 0);
      const response = {
        authenticatorData: data.toString('base64url'),
        clientDataJSON: client.toString('base64url'),
        signature: signed(Buffer.concat([data, createHash('sha256').update(client).digest()]), privateKey),
      };
      return { ...common, clientExtensionResults: {}, response };
    },
  };
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

const clientData = (type: string, { challenge, how }: { challenge: string; how: How }): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin: how.origin ?? ORIGIN, crossOrigin: false }));

const signed = (data: Buffer, key: KeyObject): string => sign('sha256', data, key).toString('base64url');
