import type { Growth } from './growth-measure.ts';

const WIDTH = 260;
const HEIGHT = 180;
const PANEL = { left: 34, right: 30, top: 34, bottom: 34 };

interface Panel<Row> {
  readonly title: string;
  readonly value: (row: Row) => number;
}

const PANELS: ReadonlyArray<Panel<Growth>> = [
  { title: 'Resident memory, MiB', value: ({ rss }) => rss },
  { title: 'Start, ms', value: ({ startMs }) => startMs },
  { title: 'CPU for a minute’s refreshes, ms', value: ({ cpuMs }) => cpuMs },
];

/** One panel a figure, the number of connections on a logarithmic axis; readable on a light and on a dark page. */
export function plot(rows: readonly Growth[]): string {
  return plotPanels(rows, PANELS);
}

/** As {@link plot}, of other figures. */
export function plotPanels<Row extends { readonly connections: number }>(
  rows: readonly Row[],
  given: ReadonlyArray<Panel<Row>>,
): string {
  const panels = given.map((panel, index) => panelOf(panel, rows, index * WIDTH));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * given.length} ${HEIGHT}" role="img" aria-label="Cost by number of connections">`,
    '<style>text{font:11px sans-serif;fill:#777}.title{font-weight:bold}polyline,line{fill:none;stroke:#777}polyline{stroke:#2a7ae2;stroke-width:2}circle{fill:#2a7ae2}</style>',
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panelOf<Row extends { readonly connections: number }>(
  { title, value }: Panel<Row>,
  rows: readonly Row[],
  left: number,
): string {
  const most = Math.max(...rows.map(value)) * 1.1;
  const logs = rows.map(({ connections }) => Math.log10(connections));
  const low = Math.min(...logs);
  const high = Math.max(...logs);
  const inner = { width: WIDTH - PANEL.left - PANEL.right, height: HEIGHT - PANEL.top - PANEL.bottom };
  const x = (log: number): number =>
    round(left + PANEL.left + ((log - low) / (high - low || 1)) * inner.width);
  const y = (amount: number): number => round(PANEL.top + (1 - amount / most) * inner.height);
  const points = rows.map((row, index) => ({ row, x: x(logs[index] ?? 0), y: y(value(row)) }));
  return [
    `<text class="title" x="${left + PANEL.left}" y="16">${title}</text>`,
    `<line x1="${x(low)}" y1="${y(0)}" x2="${x(high)}" y2="${y(0)}"/>`,
    `<polyline points="${points.map((point) => `${point.x},${point.y}`).join(' ')}"/>`,
    ...points.flatMap((point) => [
      `<circle cx="${point.x}" cy="${point.y}" r="3"/>`,
      `<text x="${point.x}" y="${point.y - 8}" text-anchor="middle">${Math.round(value(point.row))}</text>`,
      `<text x="${point.x}" y="${y(0) + 16}" text-anchor="middle">${point.row.connections.toLocaleString('en-US')}</text>`,
    ]),
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
