import { type Field, idOf, sha256, text, words } from './field.ts';

/** Assets, and the consent to license them. */
export const ASSET_FIELDS = {
  asset_id: idOf('asset', 'A piece of content that can be licensed.'),
  // The longest titles of papers and data sets have a few hundred characters.
  asset_title: text('The title of an asset, in any script.', { maxLength: 1000, example: 'Harbour at dawn' }),
  asset_digest: sha256('SHA-256 of the bytes of an asset.'),
  media_type: words('The kind of content.', ['text', 'image', 'audio', 'video', 'dataset']),
  consent_receipt_id: idOf('consent', 'The receipt of a consent that a creator gave.'),
  consent_hash: sha256('SHA-256 of the canonical consent receipt.'),
  usage_right: words('What the content was used for, in the words of RSL 1.0.', [
    'ai-train',
    'ai-input',
    'ai-index',
    'search',
  ]),
  reported_right: text(
    'What the content was used for, or what a consent allows, as it was reported; `any` stands for a consent to some right.',
  ),
} satisfies Record<string, Field>;
