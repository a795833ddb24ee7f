import type { ClipboardEvent } from 'react';

const LINE_BREAK = /\s*[\t\n\v\f\r\u0085\u2028\u2029]\s*/g;

/** With a space for each line break and tab. */
export const onOneLine = (text: string): string => text.replaceAll(LINE_BREAK, ' ');

/** Pastes several lines as one: the browser would drop the line breaks, and the words would run together. */
export function pasteOnOneLine(event: ClipboardEvent<HTMLInputElement>): void {
  const text = event.clipboardData.getData('text');
  const line = onOneLine(text);
  if (line === text) return;
  event.preventDefault();
  const input = event.currentTarget;
  input.setRangeText(line, input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
