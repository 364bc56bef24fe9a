import type { Row } from './table.ts';

const WIDTH = 840;
const LINE = 22;
const TOP = 34;
const NAME = 300;
/** Where a bar that just meets its goal ends. */
const GOAL = 560;
const END = 690;

/**
 * One bar for each goal that is a share of the plugin's value. Its length says how much of the goal is used up: what ends
 * left of the line has met it. Readable on a light and on a dark page.
 */
export function plotRatios(rows: readonly Row[]): string {
  const bars = rows.flatMap(({ name, ratio, goals }) =>
    goals.flatMap(({ text, limit, met }) =>
      ratio === undefined || limit === undefined ? [] : [{ name, ratio, text, limit, met }],
    ),
  );
  const height = TOP + bars.length * LINE + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="ovos-oauth against the Python plugin, and the goals">`,
    '<style>text{font:12px sans-serif;fill:#777}.title{font-weight:bold}line{stroke:#777;stroke-dasharray:4 3}.met{fill:#2a7ae2}.missed{fill:#d97706}</style>',
    `<text class="title" x="${NAME}" y="18">of the Python plugin’s value</text>`,
    `<text class="title" x="${GOAL}" y="18" text-anchor="middle">goal</text>`,
    ...bars.map(({ name, ratio, text, limit, met }, index) => {
      const used = 'most' in limit ? ratio / limit.most : limit.least / ratio;
      const length = Math.min(Math.round(used * (GOAL - NAME)), END - NAME);
      const y = TOP + index * LINE;
      return [
        `<text x="${NAME - 8}" y="${y + 12}" text-anchor="end">${plain(name)}</text>`,
        `<rect class="${met ? 'met' : 'missed'}" x="${NAME}" y="${y + 2}" width="${length}" height="12"/>`,
        `<text x="${END + 8}" y="${y + 12}">${ratio.toFixed(2)} × (${text})</text>`,
      ].join('\n');
    }),
    `<line x1="${GOAL}" y1="${TOP - 8}" x2="${GOAL}" y2="${height - 8}"/>`,
    '</svg>\n',
  ].join('\n');
}

/** Without the Markdown of the table. */
function plain(name: string): string {
  return name.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
