// The service contract.
import type { RouteRecordRaw } from 'vue-router'
import { t as titles } from '../../text/titles.ts'

const right = 'contracts.contract.view'

export const contractRoutes: RouteRecordRaw[] = [
  {
    path: 'contract',
    component: () => import('./ContractScreen.vue'),
    meta: { title: () => titles.contract, right },
  },
]
