import './styles/index.css'
import { App } from './app.tsx'
import { installChartHook } from './charts/chart-register.ts'
import { mount } from './shell/mount.tsx'
import { followForcedColors } from './shell/theme.ts'

installChartHook()
followForcedColors()
mount(<App />)
