import type { MenuEntry, Page } from '../page.ts';
import { creatorAsset } from './creator/asset.ts';
import { creatorAssets } from './creator/assets.ts';
import { creatorConsent, creatorConsents } from './creator/consents.ts';
import { creatorDocuments } from './creator/documents.ts';
import { creatorInvoices } from './creator/invoices.ts';
import { creatorLicencesSold } from './creator/licences-sold.ts';
import { creatorMembers } from './creator/members.ts';
import { creatorOverview } from './creator/overview.ts';
import { creatorPayoutAccount } from './creator/payout-account.ts';
import { creatorPayout, creatorPayouts } from './creator/payouts.ts';
import { creatorSales } from './creator/sales.ts';
import { creatorStatement } from './creator/statement.ts';
import { creatorStatements } from './creator/statements.ts';
import { creatorTax, creatorTaxForm } from './creator/tax.ts';

/** The pages about one creator. */
export const CREATOR_PAGES: readonly Page[] = [
  ...[creatorOverview, creatorStatements, creatorStatement, creatorSales, creatorPayouts, creatorPayout],
  ...[
    creatorAssets,
    creatorAsset,
    creatorConsents,
    creatorConsent,
    creatorLicencesSold,
    creatorDocuments,
    creatorInvoices,
  ],
  ...[creatorPayoutAccount, creatorTax, creatorTaxForm, creatorMembers],
];

const PLACE = '/c/:creator_id';

export const CREATOR_MENU: readonly MenuEntry[] = [
  { path: PLACE, isExact: true, label: ({ creator }) => creator.menu.overview },
  { path: `${PLACE}/statements`, permission: 'statements:read', label: ({ creator }) => creator.menu.statements },
  { path: `${PLACE}/payouts`, label: ({ creator }) => creator.menu.payouts },
  { path: `${PLACE}/assets`, label: ({ creator }) => creator.menu.assets },
  { path: `${PLACE}/consents`, permission: 'consents:read', label: ({ consents }) => consents.menu },
  { path: `${PLACE}/licences`, permission: 'earnings:read', label: ({ developer }) => developer.sold.title },
  { path: `${PLACE}/documents`, permission: 'statements:read', label: ({ creator }) => creator.menu.documents },
  { path: `${PLACE}/invoices`, permission: 'invoices:answer', label: ({ issue }) => issue.invoices.own.title },
  { path: `${PLACE}/payout-account`, permission: 'payout-accounts:read', label: ({ creator }) => creator.menu.account },
  { path: `${PLACE}/tax`, permission: 'tax-profiles:read', label: ({ creator }) => creator.menu.tax },
  { path: `${PLACE}/members`, permission: 'members:read', label: ({ members }) => members.menu },
];
