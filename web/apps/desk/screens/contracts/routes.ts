// The service contract.
import type { RouteRecordRaw } from 'vue-router'
import { t as menu } from '../../text/service.ts'

const right = 'contracts.contract.view'

export const contractRoutes: RouteRecordRaw[] = [
  {
    path: 'contract',
    component: () => import('./ContractScreen.vue'),
    meta: { title: () => menu.menu.contract, right },
  },
]
