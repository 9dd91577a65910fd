/** Answers each path with the bytes that it was given, and does nothing else. */
import Fastify from 'fastify';

const app = Fastify();
process.once('message', async (answers: Readonly<Record<string, string>>) => {
  for (const [path, body] of Object.entries(answers)) {
    app.get(path, (_request, reply) => reply.type('text/html; charset=utf-8').send(body));
  }
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
});
process.on('disconnect', () => app.close());
