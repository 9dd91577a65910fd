import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type Consent, consentsOf, REVOCATION_EFFECT, revokeConsent } from '../../jobs/consents.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { Forbidden } from '../../warehouse/errors.ts';
import { callerOf } from '../auth/authenticate.ts';
import { seesOwnOnly } from '../auth/caller.ts';
import { assertFactorIfAny } from '../auth/second-factor.ts';
import { assertMaySee } from './may-see.ts';
import { ByPerson, CreatorId, NullableText } from './schemas.ts';

const Shown = Type.Unsafe<Consent>(
  exactly(
    {
      consent_receipt_id: Type.String(),
      asset_id: Type.String(),
      asset_title: NullableText,
      usage_right: Type.String(),
      consent_hash: Type.String({ description: 'SHA-256 of the receipt.' }),
      granted_at: Type.String({ format: 'date-time' }),
      granted_by: CreatorId,
      revoked_at: { ...NullableText, description: 'Null while it is in force.' },
      is_owner: Type.Boolean({ description: 'Whether the creator owns the asset now: only the owner revokes.' }),
    },
    'A consent to a use of an asset.',
  ),
);

const Effect = Type.String({ description: 'What a revocation means for what was sold before; a sentence.' });

/** The consents of a creator. */
export const consentRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/creators/:creator_id/consents',
    {
      config: { permission: 'consents:read' },
      schema: {
        operationId: 'listConsents',
        tags: ['creators'],
        summary: 'The consents that a creator gave to uses of its assets, with their receipts, newest first',
        params: Type.Object({ creator_id: CreatorId }),
        response: {
          200: exactly(
            { data: Type.Array(Shown), revocation_effect: Effect },
            'The consents, and what revoking means.',
          ),
        },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      return { data: await consentsOf(services, creator_id), revocation_effect: REVOCATION_EFFECT };
    },
  );
};

/** Their revocation. */
export const consentRevocationRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/creators/:creator_id/consents/:consent_receipt_id/revoke',
    {
      config: { permission: 'consents:revoke' },
      schema: {
        operationId: 'revokeConsent',
        tags: ['creators'],
        summary: 'Revokes a consent from now on, for good; it is reported by the event `Consent Revoked`',
        description: REVOCATION_EFFECT,
        params: Type.Object({
          creator_id: CreatorId,
          consent_receipt_id: Type.String({ minLength: 1, maxLength: 1000 }),
        }),
        body: exactly({ by: ByPerson }, 'Nothing more is needed.'),
        response: {
          200: exactly({ consent: Shown, revocation_effect: Effect }, 'The revoked consent, and what that means.'),
        },
      },
    },
    async (request) => {
      const { creator_id: creatorId, consent_receipt_id: receiptId } = request.params;
      const caller = callerOf(request);
      assertMaySee(caller, creatorId);
      if (seesOwnOnly(caller) && caller.kind !== 'person') {
        throw new Forbidden(
          `A consent of ${creatorId} cannot be revoked with a key of the creator, because that is for good; log in, and revoke it on its page.`,
        );
      }
      await assertFactorIfAny(services, caller);
      return { consent: await revokeConsent(services, { creatorId, receiptId }), revocation_effect: REVOCATION_EFFECT };
    },
  );
};
