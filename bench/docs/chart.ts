// Bar charts as SVG, readable on a phone and in dark mode: the background is drawn.

interface Segment {
  readonly value: number;
  /** Of SERIES. */
  readonly series: number;
}

export interface Bar {
  readonly label: string;
  /** Stacked; most bars have one. */
  readonly segments: readonly Segment[];
  readonly shown: string;
}

export interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly series: readonly string[];
  readonly groups: readonly Group[];
}

const COLORS = ['#2b6cb0', '#c05621', '#718096'];
const WIDTH = 480;
const TOP = 88;
const GROUP_HEAD = 26;
const ROW = 24;
const GROUP_GAP = 12;
const BAR_LEFT = 92;
/** Leaves room for the figure behind the bar. */
const BAR_WIDTH = WIDTH - BAR_LEFT - 104;

export function toSvg({ title, subtitle, series, groups }: Chart): string {
  const all = groups.flatMap(({ bars }) => bars);
  const most = Math.max(...all.map(total));
  const heightOf = ({ bars }: Group) => GROUP_HEAD + bars.length * ROW + GROUP_GAP;
  const tops = groups.map((_, index) =>
    groups.slice(0, index).reduce((sum, group) => sum + heightOf(group), TOP),
  );
  const height = groups.reduce((sum, group) => sum + heightOf(group), TOP);
  const descriptions = groups.map(
    (group) => `${group.title}: ${group.bars.map((bar) => `${bar.label} ${bar.shown}`).join(', ')}`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="14">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(descriptions.join('; '))}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="26" font-size="18" font-weight="600" fill="#1a202c">${escaped(title)}</text>`,
    `<text x="12" y="47" fill="#4a5568">${escaped(subtitle)}</text>`,
    ...legend(series),
    ...groups.flatMap((group, index) => groupOf(group, tops[index] ?? TOP, most)),
    '</svg>',
    '',
  ].join('\n');
}

const total = ({ segments }: Bar): number => segments.reduce((sum, { value }) => sum + value, 0);

function legend(series: readonly string[]): readonly string[] {
  return series.flatMap((name, index) => {
    const x = 12 + index * 130;
    return [
      `<rect x="${x}" y="60" width="13" height="13" rx="2" fill="${COLORS[index]}"/>`,
      `<text x="${x + 19}" y="71" fill="#2d3748">${escaped(name)}</text>`,
    ];
  });
}

function groupOf({ title, bars }: Group, top: number, most: number): readonly string[] {
  return [
    `<text x="12" y="${top + 17}" font-weight="600" fill="#1a202c">${escaped(title)}</text>`,
    ...bars.flatMap((bar, index) => rowOf(bar, top + GROUP_HEAD + index * ROW, most)),
  ];
}

function rowOf(bar: Bar, top: number, most: number): readonly string[] {
  let x = BAR_LEFT;
  const segments = bar.segments.map(({ value, series }) => {
    const width = (value / most) * BAR_WIDTH;
    const rect = `<rect x="${x.toFixed(1)}" y="${top + 2}" width="${width.toFixed(1)}" height="16" fill="${COLORS[series]}"/>`;
    x += width;
    return rect;
  });
  return [
    `<text x="${BAR_LEFT - 8}" y="${top + 15}" text-anchor="end" fill="#2d3748">${escaped(bar.label)}</text>`,
    ...segments,
    `<text x="${(x + 6).toFixed(1)}" y="${top + 15}" font-weight="600" fill="#1a202c">${escaped(bar.shown)}</text>`,
  ];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
