/** Long drills are run by hand (DRILL_FORM=long); the short form for CI makes the same assertions on less. */
export const isLong = process.env.DRILL_FORM === 'long';

/** The size of a drill in each form. */
export const sized = (short: number, long: number): number => (isLong ? long : short);
