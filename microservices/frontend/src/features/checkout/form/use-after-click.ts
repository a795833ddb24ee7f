import { useEffect, useRef } from 'react';

/**
 * For what may move the page when a field loses the focus, such as a message below it: a button that is pressed
 * at that moment would move away from under the pointer, and the click would be lost.
 *
 * @returns runs the work at once, or after the click that is under way
 */
export function useAfterClick(): (work: () => void) => void {
  const isPressed = useRef(false);
  useEffect(() => {
    const press = () => {
      isPressed.current = true;
    };
    const release = () => {
      isPressed.current = false;
    };
    document.addEventListener('pointerdown', press, true);
    for (const end of ENDS) document.addEventListener(end, release, true);
    return () => {
      document.removeEventListener('pointerdown', press, true);
      for (const end of ENDS) document.removeEventListener(end, release, true);
    };
  }, []);
  return (work) => {
    if (!isPressed.current) return work();
    const finish = () => {
      for (const end of ENDS) document.removeEventListener(end, finish);
      // The click comes right after the release.
      setTimeout(work);
    };
    for (const end of ENDS) document.addEventListener(end, finish);
  };
}

const ENDS = ['pointerup', 'pointercancel'] as const;
