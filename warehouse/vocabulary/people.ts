import { country, type Field, foreignId, idOf, text, timestamp, words } from './field.ts';

/** Creators and developers, and how they are identified and paid. */
export const PEOPLE_FIELDS = {
  creator_id: idOf('cr', 'A creator: someone to whom royalties are owed.'),
  owner_id: { ...idOf('cr', 'The creator to whom an asset belongs.'), example: 'cr_2' },
  creator_name: text('The name of a creator.', { example: 'Ada', isPersonal: true }),
  developer_id: idOf('dev', 'An AI developer: someone who licenses content.'),
  developer_name: text('The name of an AI developer.', { example: 'Example Models Ltd', isPersonal: true }),
  country: country('ISO 3166-1 alpha-2 code of the country of residence.'),
  buyer_country: country('ISO 3166-1 alpha-2 code of the country in which the buyer uses the content.'),
  kyc_status: words('The result of the identity check.', ['verified', 'rejected']),
  account_id_stripe: foreignId(
    'The connected account at Stripe; for payouts by bank files, our id of the bank account.',
    { example: 'acct_1', isPersonal: true },
  ),
  account_status: words('Whether the connected account can take transfers.', ['active', 'restricted', 'closed']),
  had_from_at: timestamp('From when on a creator had an account, by the report of it.'),
  had_until_at: timestamp('When another account of the creator was reported; the end of 9999 if none was.'),
  attributed_from_at: timestamp(
    'As `had_from_at`; for the first creator of whom the account was reported, the beginning of 1970.',
  ),
  attributed_until_at: timestamp(
    "As `had_until_at`; if nobody had the account then, when somebody else's was reported, or the end of 9999.",
  ),
  api_key_id: idOf('key', 'An API key, without its secret.'),
} satisfies Record<string, Field>;
