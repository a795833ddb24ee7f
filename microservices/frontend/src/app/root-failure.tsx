import { MessagePanel } from '../shared/ui/message-panel.tsx';
import { ClosedDoorPicture } from '../shared/ui/pictures.tsx';

const LOOK =
  'inline-flex min-h-11 items-center justify-center rounded-full px-6 font-semibold text-[0.95rem]';

/** Needs no provider, no router and no script: its actions are plain links. */
export function RootFailure() {
  return (
    <main role="alert">
      <MessagePanel
        title="The shop did not open"
        picture={<ClosedDoorPicture />}
        actions={
          <>
            <a href="?" className={`${LOOK} bg-ink text-paper hover:bg-rust`}>
              Reload the page
            </a>
            <a href="/" className={`${LOOK} border border-ink/25 hover:border-ink hover:bg-ink/5`}>
              Go to the shop
            </a>
          </>
        }
      >
        <p>
          Something went wrong on this page. If reloading does not help, please try another browser.
          Your cart and your orders are safe.
        </p>
      </MessagePanel>
    </main>
  );
}
