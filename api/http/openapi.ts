import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import project from '../../package.json' with { type: 'json' };
import { PROBLEM_TYPE, Problem } from './problems.ts';

/** Serves OpenAPI 3.1 at /openapi.json, made from the very schemas that check requests; to be called before the routes are. */
export function describe(app: FastifyInstance): void {
  app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.1',
      info: { title: 'Tantieme', version: project.version, description: project.description },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'rk_{id}_{secret}' } } },
      security: [{ key: [] }],
    },
    transformObject: (document) =>
      'openapiObject' in document
        ? withProblems(document.openapiObject as OpenAPIV3_1.Document)
        : document.swaggerObject,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/** Whatever is no success is a problem, in every operation alike. */
function withProblems(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const description = 'Why it could not be done.';
  document.components = {
    ...document.components,
    responses: {
      Problem: { description, content: { [PROBLEM_TYPE]: { schema: Problem as OpenAPIV3_1.SchemaObject } } },
    },
  };
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.get, path?.post, path?.delete]) {
      if (operation)
        operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Problem' } };
    }
  }
  return document;
}
