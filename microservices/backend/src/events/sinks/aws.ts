/** Of `arn:partition:service:region:account:resource`. */
export const regionOf = (arn: string): string => arn.split(':')[3] ?? '';
