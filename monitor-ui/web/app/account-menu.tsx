import { IconChevronDown, IconLogout } from '@tabler/icons-react';
import { useId } from 'react';
import { useAppText } from './i18n/index.ts';
import { useMe, useSignOut } from './session.ts';

/** Who is signed in; pressed, it opens what there is to do about that. The browser's own popover: no code to load. */
export function AccountMenu() {
  const text = useAppText();
  const me = useMe();
  const signOut = useSignOut();
  const menuId = useId();
  return (
    <>
      <button type="button" className="app-pill" popoverTarget={menuId}>
        <span>{me.person.displayName}</span>
        <small>{text(`role.${me.person.role}`)}</small>
        <IconChevronDown size={14} aria-hidden="true" />
      </button>
      <div id={menuId} popover="auto" className="app-account">
        <p>{me.unit.name}</p>
        <button type="button" onClick={() => void signOut()}>
          <IconLogout size={16} aria-hidden="true" /> {text('sign-out')}
        </button>
      </div>
    </>
  );
}
