/** What a brand colour stands on, or has on it as a button: `--paper`, `--shade` and `--on-brand` of api/portal/assets/style.css. */
export const PAGE_COLORS = {
  light: ['#ffffff', '#eef5f4', '#ffffff'],
  dark: ['#121a18', '#1b2624', '#0c1513'],
} as const;

/** The contrast of two colours such as `#0b5c5e`, from 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number(`0x${color.slice(at, at + 2)}`) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
