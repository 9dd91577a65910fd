import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { listenLocally } from '../../support/loopback.ts';

/** The outcome of a request: a status, no response, or a connection that breaks before or after the request was read. */
export type Answer = number | 'never' | 'refused' | 'broken';

interface DataPlane extends AsyncDisposable {
  readonly url: string;
  /** The message ids of each request that was read, in order. */
  readonly requests: string[][];
  /** The message ids of the requests that got a 200, in order. */
  readonly taken: string[];
  /** Sets the outcomes of further requests, in turn; the last one is repeated. */
  answers(...answers: Answer[]): void;
}

/** A scripted data plane. */
export async function dataPlane(...first: Answer[]): Promise<DataPlane> {
  const requests: string[][] = [];
  const taken: string[] = [];
  let answers = first;
  const next = (): Answer => requirePresent((answers.length > 1 ? answers.shift() : answers[0]) ?? 200, 'An answer.');
  const server = createServer(async (incoming, response) => {
    const answer = next();
    if (answer === 'refused') return void incoming.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { batch } = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as { batch: { messageId: string }[] };
    const ids = batch.map(({ messageId }) => messageId);
    requests.push(ids);
    if (answer === 'broken') return void incoming.socket.destroy();
    if (answer === 'never') return;
    if (answer === 200) taken.push(...ids);
    response.writeHead(answer).end('ok');
  });
  const { url, stop } = await listenLocally(server);
  return {
    url,
    requests,
    taken,
    answers(...given) {
      answers = given;
    },
    [Symbol.asyncDispose]: stop,
  };
}
