import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { Aim, Source } from '@minhbach/shared/protocol';
import { useEffect, useEffectEvent, useState } from 'react';
import { api, serverClock } from '../../app/index.ts';
import { StateDot } from '../../ui-kit/index.ts';
import { useCamerasProblem } from '../cameras-problem.ts';
import { useCamerasText } from '../i18n/index.ts';
import type { PictureSize } from './acceptance.tsx';
import { AimPicture } from './aim-picture.tsx';

/** Sixty seconds of small picture, asked for each time and announced on the wall each time. */
export function AimView({
  source,
  onSeen,
}: {
  readonly source: Source;
  readonly onSeen: (size: PictureSize) => void;
}) {
  const text = useCamerasText();
  const problemText = useCamerasProblem();
  const [aim, setAim] = useState<Aim>();
  const [looked, setLooked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();

  const start = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      setAim(await api.post<Aim>(`/sources/${source.id}/aim`));
      setLooked(true);
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };
  return (
    <section className="aim" aria-label={text('aim.title')}>
      {aim === undefined ? (
        <div className="aim-dark">
          <p>{text(looked ? 'aim.over' : 'aim.lead')}</p>
          <Button size="md" leftSection={<IconEye size={18} />} loading={busy} onClick={() => void start()}>
            {text(looked ? 'aim.again' : 'aim.start')}
          </Button>
        </div>
      ) : (
        <>
          <AimPicture source={source} onSeen={onSeen} />
          <div className="aim-line">
            <StateDot tone="watch" word={text('aim.announced')} />
            <SecondsLeft untilMs={aim.expiresAt} onOver={() => setAim(undefined)} />
          </div>
        </>
      )}
      {fault === undefined ? null : (
        <p role="alert" className="cameras-fault">
          ✕ {problemText(fault)}
        </p>
      )}
    </section>
  );
}

function SecondsLeft({ untilMs, onOver }: { readonly untilMs: number; readonly onOver: () => void }) {
  const text = useCamerasText();
  const [leftMs, setLeftMs] = useState(() => untilMs - (serverClock.now() ?? Date.now()));
  const over = useEffectEvent(onOver);
  useEffect(() => {
    const timer = setInterval(() => {
      const left = untilMs - (serverClock.now() ?? Date.now());
      setLeftMs(left);
      if (left <= 0) over();
    }, 250);
    return () => clearInterval(timer);
  }, [untilMs]);
  return <b role="timer">{text('aim.left', { seconds: Math.max(0, Math.ceil(leftMs / 1000)) })}</b>;
}
