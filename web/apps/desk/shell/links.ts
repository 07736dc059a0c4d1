// Where a named thing of the server opens on this desk.

const openers: Record<string, (id: string) => string> = {
  resident: (id) => `/people/${id}`,
  organization: (id) => `/organizations/${id}`,
  ecg_order: (id) => `/ecg/orders/${id}`,
  'ecg.order': (id) => `/ecg/orders/${id}`,
  ecg_consultation: (id) => `/ecg/consultations/${id}`,
  job: () => '/jobs',
  staff: () => '/staff',
  ticket: (id) => `/service/${id}`,
  contract: () => '/contract',
  contract_duty: () => '/contract?tab=board',
  duty_roster: () => '/duty',
  duty_swap: () => '/duty',
  duty_finding: () => '/duty',
  report_run: () => '/reports?tab=kept',
}

export function linkPath(link: { kind: string; id: string } | null): string | null {
  return link ? (openers[link.kind]?.(encodeURIComponent(link.id)) ?? null) : null
}
