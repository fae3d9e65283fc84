/** A thread that plays some histories and answers with what it found. */
import { parentPort, workerData } from 'node:worker_threads'
import { playHistories, type Seeds } from './play-histories.ts'

parentPort?.postMessage(await playHistories(workerData as Seeds))
