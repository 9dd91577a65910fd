import type { MenuEntry, Page } from './page.ts';
import { account } from './pages/account.ts';
import { CREATOR_MENU, CREATOR_PAGES } from './pages/creator.ts';
import { home } from './pages/home.ts';
import { secondFactor } from './pages/second-factor.ts';

/** Every page for those who are logged in. */
export const PAGES: readonly Page[] = [home, account, secondFactor, ...CREATOR_PAGES];

/** The menu, in its order; everyone sees the places that are theirs. */
export const MENU: readonly MenuEntry[] = [...CREATOR_MENU];
