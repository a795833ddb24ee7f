import { formatMoney } from '../../../shared/lib/format.ts';
import { AcceptButton, type AcceptButtonProps } from './accept-button.tsx';

interface TotalChangeProps extends AcceptButtonProps {
  expected: number;
  current: number;
}

export function TotalChange({ expected, current, ...accept }: TotalChangeProps) {
  const money = (amount: number) => formatMoney(amount, accept.currency);
  return (
    <>
      <p>
        Nothing was ordered. The total was <s>{money(expected)}</s> when you looked and is now{' '}
        <strong>{money(current)}</strong>.
      </p>
      <AcceptButton {...accept} />
    </>
  );
}
