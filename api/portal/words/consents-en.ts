/** What the pages about consents, and about one asset, say to creators. */
export const consentsEn = {
  menu: 'Consents',
  title: 'Consents',
  explain: 'Each consent allows one use of one asset for AI. Its receipt is the proof of it.',
  none: 'There are no consents yet.',
  receipt: 'Receipt',
  use: 'Allowed use',
  uses: {
    'ai-train': 'training of AI',
    'ai-input': 'input for the answers of AI',
    'ai-index': 'index for AI',
    search: 'search',
  } as Readonly<Record<string, string>>,
  granted: 'Given',
  inForce: 'in force',
  revoked: (at: string): string => `revoked, ${at}`,
  transferred: 'the asset was transferred',
  hash: 'SHA-256 of the receipt',
  revokeTitle: 'Revoke this consent',
  effect: {
    continue:
      'From now on the asset is neither sold nor used by this consent. Licences that were sold before stay valid, and subscriptions that were started before are renewed; what they earn is paid to you. A revocation cannot be taken back: a new consent has a new receipt.',
    end: 'From now on the asset is neither sold nor used by this consent. Licences that were sold before stay valid, but subscriptions are not renewed. A revocation cannot be taken back: a new consent has a new receipt.',
  },
  confirm: 'I revoke this consent for good',
  act: 'Revoke',
  unconfirmed: 'The consent was not revoked: tick the box that confirms it.',
  done: 'The consent is revoked.',
  owner: 'The asset was transferred; only its owner can revoke this consent now.',
  asset: {
    overTime: (currency: string): string => `Earnings by month in ${currency}`,
    none: 'This asset earned nothing in the last twelve months.',
    sales: 'Sales and uses of each month stand on its statements.',
    terms: 'Terms',
  },
};

export type ConsentsWords = typeof consentsEn;
