import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { exactly } from '../../reports/exactly.ts';
import type { Model } from '../../transforms/engine/model.ts';
import { MODELS } from '../../transforms/models.ts';

const ModelShape = exactly(
  {
    model: Type.String({ description: 'Dataset and name: `tantieme.royalties`.' }),
    kind: Type.Enum(['view', 'step', 'inline', 'period']),
    meaning: Type.String(),
    reads: Type.Array(Type.String(), { description: 'What its SELECT reads: models, raw tables, records and seeds.' }),
    reads_previous: Type.Array(Type.String(), { description: 'What it reads of earlier periods only.' }),
    checks: Type.Array(
      exactly({ name: Type.String(), meaning: Type.String({ description: 'What must hold.' }) }, 'A check.'),
      { description: 'Its own checks; the uniqueness of its key and its required columns are checked too.' },
    ),
  },
  'A model: one SELECT.',
);

/** The models as they are declared: from what each mart is computed. */
export const modelRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/models',
    {
      config: { permission: 'marts:read' },
      schema: {
        ...{ operationId: 'listModels', tags: ['marts'] },
        summary: 'All models, each with what it reads and its checks: the lineage of the marts',
        response: { 200: exactly({ data: Type.Array(ModelShape) }, 'All models.') },
      },
    },
    async () => ({ data: MODELS.map(described) }),
  );
};

function described({ name, kind, meaning, reads, readsPrevious, checks }: Model): Static<typeof ModelShape> {
  return {
    ...{ model: name, kind, meaning, reads: [...reads], reads_previous: [...readsPrevious] },
    checks: checks.map(({ name: check, sentence }) => ({ name: check, meaning: sentence })),
  };
}
