/** A stacked bar for each variant as SVG, readable on a phone and in dark mode. */
import { formatUsd } from '../estimate/money.ts';
import type { Line } from '../estimate/price-template.ts';
import { isNode } from '../estimate/variants.ts';

const GROUPS: readonly (readonly [string, string, (line: Line) => boolean])[] = [
  ['database', '#2b6cb0', ({ type }) => type === 'AWS::RDS::DBInstance'],
  ['nodes', '#c05621', isNode],
  ['control plane', '#6b46c1', ({ type }) => type === 'AWS::EKS::Cluster'],
  [
    'network',
    '#2f855a',
    (line) =>
      line.type === 'AWS::EC2::NatGateway' ||
      line.type === 'AWS::EC2::VPCEndpoint' ||
      (line.type === 'Kubernetes' && !isNode(line) && /traffic|load balancer/.test(line.what)),
  ],
  ['everything else', '#718096', () => true],
];

export interface Bar {
  readonly name: string;
  /** Empty for a total without lines (the guide's), which is drawn as an outline. */
  readonly lines: readonly Line[];
  readonly totalMicros: number;
}

/** Micro-dollars of each group, in the groups' order. A line belongs to the first group that fits. */
export function groupsOf(lines: readonly Line[]): readonly number[] {
  const sums = GROUPS.map(() => 0);
  for (const line of lines) {
    const index = GROUPS.findIndex(([, , fits]) => fits(line));
    sums[index] = (sums[index] ?? 0) + line.micros;
  }
  return sums;
}

const WIDTH = 480;
const ROW = 46;
const TOP = 110;
/** Leaves room for the total after the bar. */
const BAR_WIDTH = WIDTH - 100;

export function toSvg(title: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ totalMicros }) => totalMicros));
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.flatMap((bar, index) => rowOf(bar, TOP + index * ROW, most));
  const total = (bar: Bar) => `${bar.name} ${formatUsd(bar.totalMicros)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="15">`,
    `<title>${title}</title>`,
    `<desc>${bars.map(total).join('; ')}</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="26" font-size="18" font-weight="600" fill="#1a202c">${title}</text>`,
    ...legend(),
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

/** Two rows, for narrow screens. */
function legend(): readonly string[] {
  return GROUPS.flatMap(([name, color], index) => {
    const [x, y] = [12 + (index % 3) * 140, 44 + Math.floor(index / 3) * 26];
    return [
      `<rect x="${x}" y="${y}" width="14" height="14" rx="2" fill="${color}"/>`,
      `<text x="${x + 20}" y="${y + 12}" fill="#2d3748">${name}</text>`,
    ];
  });
}

function rowOf({ name, lines, totalMicros }: Bar, top: number, most: number): readonly string[] {
  const scale = (micros: number) => (micros / most) * BAR_WIDTH;
  let x = 12;
  const segments = groupsOf(lines).map((micros, index) => {
    const [group, color] = GROUPS[index] ?? ['', ''];
    const width = scale(micros);
    const segment = `<rect x="${x.toFixed(1)}" y="${top + 18}" width="${width.toFixed(1)}" height="16" fill="${color}"><title>${group} ${formatUsd(micros)}</title></rect>`;
    x += width;
    return segment;
  });
  if (lines.length === 0) {
    const width = scale(totalMicros);
    segments.push(
      `<rect x="12.5" y="${top + 18.5}" width="${width.toFixed(1)}" height="15" fill="none" stroke="#4a5568" stroke-dasharray="4 3"/>`,
    );
    x += width;
  }
  return [
    `<text x="12" y="${top + 12}" fill="#1a202c">${name}</text>`,
    ...segments,
    `<text x="${(x + 6).toFixed(1)}" y="${top + 31}" font-weight="600" fill="#1a202c">${formatUsd(totalMicros)}</text>`,
  ];
}
