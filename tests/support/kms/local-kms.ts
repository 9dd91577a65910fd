import { newKey, open, type SealedValue, seal } from '../../../jobs/tax/sealed-value.ts';
import { type LocalServer, startLocalServer } from '../loopback.ts';

/** The key is disabled, or the service does not answer. */
type KmsFault = 'disabled' | 'denied' | 'unavailable';

/** A local AWS KMS for the real SDK, which encrypts and decrypts with the keys that it was started with. */
export interface LocalKms extends LocalServer {
  /** Every encryption context so far. */
  readonly contexts: readonly string[];
  /** Sets the fault of all further requests; undefined ends it. */
  fault(fault?: KmsFault): void;
}

interface Request {
  readonly KeyId: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext: Readonly<Record<string, string>>;
}

const FAULTS: Readonly<Record<KmsFault, readonly [number, string]>> = {
  disabled: [400, 'DisabledException'],
  denied: [400, 'AccessDeniedException'],
  unavailable: [503, 'KMSInternalException'],
};

/** Starts it with some keys, by ARN. */
export async function startKms(arns: readonly string[]): Promise<LocalKms> {
  const keys = new Map(arns.map((arn) => [arn, newKey()] as const));
  const contexts: string[] = [];
  let fault: KmsFault | undefined;

  const answerTo = (operation: string, request: Request): [number, object] => {
    if (fault) return refusal(...FAULTS[fault]);
    const key = keys.get(request.KeyId);
    if (!key) return refusal(400, 'NotFoundException');
    const place = [request.KeyId, JSON.stringify(request.EncryptionContext)];
    contexts.push(JSON.stringify(request.EncryptionContext));
    if (operation === 'TrentService.Encrypt') {
      const sealed = seal(Buffer.from(request.Plaintext ?? '', 'base64'), { key, place });
      return [200, { KeyId: request.KeyId, CiphertextBlob: base64(JSON.stringify(sealed)) }];
    }
    try {
      const sealed = JSON.parse(Buffer.from(request.CiphertextBlob ?? '', 'base64').toString()) as SealedValue;
      return [200, { KeyId: request.KeyId, Plaintext: open(sealed, { key, place }).toString('base64') }];
    } catch {
      return refusal(400, 'InvalidCiphertextException');
    }
  };

  const server = await startLocalServer({
    async answer({ incoming, body }, response) {
      const [status, content] = answerTo(String(incoming.headers['x-amz-target']), JSON.parse(body.toString()));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
    },
    answerFailure(_thrown, response) {
      response.writeHead(500).end();
    },
  });
  return {
    ...server,
    contexts,
    fault(next) {
      fault = next;
    },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const refusal = (status: number, name: string): [number, object] => [status, { __type: name, message: 'refused' }];
