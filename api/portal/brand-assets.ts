import type { Brand, Logo } from '../../reports/brand.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { ASSETS } from './style.ts';

/** Overrides the colour of our stylesheet; as a file, for pages have no style within them. */
export function colorStyle({ color }: Brand): string {
  if (color === undefined) return '';
  return `:root { --brand: ${color.light}; }\n@media (prefers-color-scheme: dark) { :root { --brand: ${color.dark}; } }\n`;
}

export const colorPath = (brand: Brand): string => `${ASSETS}brand-${sha256Hex(colorStyle(brand)).slice(0, 12)}.css`;

export const logoPath = ({ sha256, media_type }: Logo): string =>
  `${ASSETS}logo-${sha256.slice(0, 12)}.${media_type === 'image/png' ? 'png' : 'jpg'}`;
