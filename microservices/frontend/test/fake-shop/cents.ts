export const cents = (value: number): number => Math.round(value * 100);
export const amount = (value: number): number => value / 100;
