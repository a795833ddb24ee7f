/** What it takes to log in. */
export const PARTS = ['host', 'port', 'database', 'username', 'password'] as const;
export type Part = (typeof PARTS)[number];
export type Parts = Readonly<Partial<Record<Part, string>>>;
