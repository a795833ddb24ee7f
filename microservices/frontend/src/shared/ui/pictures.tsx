import type { ReactNode } from 'react';

function Picture({ children }: { children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      width="168"
      height="168"
      viewBox="0 0 168 168"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="text-ink"
    >
      <circle cx="84" cy="84" r="80" className="fill-sage" stroke="none" />
      {children}
    </svg>
  );
}

export function EmptyBasketPicture() {
  return (
    <Picture>
      <path d="M58 78c0-22 10-38 26-38s26 16 26 38" />
      <path d="M40 78h88l-9 44a8 8 0 0 1-8 6H57a8 8 0 0 1-8-6z" className="fill-paper" />
      <path d="M46 94h76M49 111h70M66 80l5 46M84 80v46M102 80l-5 46" className="stroke-rust" />
    </Picture>
  );
}

export function ClosedDoorPicture() {
  return (
    <Picture>
      <path d="M52 130V56a32 32 0 0 1 64 0v74z" className="fill-paper" />
      <path d="M38 130h92" />
      <path d="M66 84h36v22H66z" className="fill-clay" />
      <path d="m72 84 12-14 12 14M73 95h22" />
      <circle cx="106" cy="116" r="2.5" className="fill-ink" />
    </Picture>
  );
}

export function LostLabelPicture() {
  return (
    <Picture>
      <path
        d="m46 88 40-40h34v34l-40 40a6 6 0 0 1-8 0L46 96a6 6 0 0 1 0-8z"
        className="fill-paper"
      />
      <circle cx="106" cy="62" r="6" className="fill-clay" />
      <path d="M110 58c8-10 14-14 24-16" className="stroke-rust" />
      <path d="m68 94 8 8m0-8-8 8M88 74l8 8" className="stroke-rust" />
    </Picture>
  );
}

export function ReceiptPicture() {
  return (
    <Picture>
      <path d="M56 40h56v88l-9-7-9 7-10-7-10 7-9-7-9 7z" className="fill-paper" />
      <path d="M68 60h32M68 74h32M68 88h18" className="stroke-rust" />
    </Picture>
  );
}

export function ParcelPicture() {
  return (
    <Picture>
      <path d="m44 66 40-20 40 20v42l-40 22-40-22z" className="fill-paper" />
      <path d="m44 66 40 20 40-20M84 86v44" />
      <path d="m64 56 40 20v14" className="stroke-rust" />
    </Picture>
  );
}
