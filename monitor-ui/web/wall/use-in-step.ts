import { useState } from 'react';

const storageKey = 'minh-bach.sound-in-step';

/** Whether the picture may wait for its sound; remembered on this machine. */
export function useInStep(): readonly [boolean, (inStep: boolean) => void] {
  const [inStep, setInStep] = useState(() => localStorage.getItem(storageKey) === 'yes');
  return [
    inStep,
    (wanted) => {
      localStorage.setItem(storageKey, wanted ? 'yes' : 'no');
      setInStep(wanted);
    },
  ];
}
