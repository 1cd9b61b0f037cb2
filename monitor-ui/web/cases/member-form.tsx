import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { casesApi, useAdding } from './cases-api.ts';
import { Fault } from './fault.tsx';
import { useCaseText } from './i18n/index.ts';

/** People of oversight who are of none of the units concerned. */
export function MemberForm({ caseId }: { readonly caseId: string }) {
  const text = useCaseText();
  const [personId, setPersonId] = useState<string | null>(null);
  const candidates = useQuery({
    queryKey: ['case-candidates', caseId],
    queryFn: ({ signal }) => casesApi.candidates(caseId, signal),
    staleTime: 60_000,
  });
  const adding = useAdding(caseId, 'members', () => {
    setPersonId(null);
    void candidates.refetch();
  });
  const people = candidates.data?.items ?? [];
  if (people.length === 0) return null;
  return (
    <form
      className="case-form"
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate({ personId });
      }}
    >
      <Select
        label={text('member.who')}
        data={people.map(({ id, displayName, unitName }) => ({
          ...{ value: id, label: `${displayName} (${unitName})` },
        }))}
        value={personId}
        onChange={setPersonId}
        searchable
        selectFirstOptionOnChange
      />
      <Fault of={adding.error} />
      <Button type="submit" variant="default" loading={adding.isPending} disabled={personId === null}>
        {text('member.save')}
      </Button>
    </form>
  );
}
