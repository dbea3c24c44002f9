-- AlterTable
ALTER TABLE "PresetVersion" ADD COLUMN     "easyDays" DOUBLE PRECISION[] DEFAULT ARRAY[1, 1, 1, 1, 1, 1, 1]::DOUBLE PRECISION[];

-- AlterTable
ALTER TABLE "SchedulerPreset" ADD COLUMN     "easyDays" DOUBLE PRECISION[] DEFAULT ARRAY[1, 1, 1, 1, 1, 1, 1]::DOUBLE PRECISION[];

-- CreateTable
CREATE TABLE "PresetOptimization" (
    "id" TEXT NOT NULL,
    "presetId" TEXT NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "reviewsUsed" INTEGER NOT NULL DEFAULT 0,
    "logLossBefore" DOUBLE PRECISION,
    "logLossAfter" DOUBLE PRECISION,
    "rmseBinsBefore" DOUBLE PRECISION,
    "rmseBinsAfter" DOUBLE PRECISION,
    "accepted" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,

    CONSTRAINT "PresetOptimization_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PresetOptimization_presetId_finishedAt_idx" ON "PresetOptimization"("presetId", "finishedAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "PresetOptimization_one_open_per_preset" ON "PresetOptimization"("presetId") WHERE ("finishedAt" IS NULL);

-- AddForeignKey
ALTER TABLE "PresetOptimization" ADD CONSTRAINT "PresetOptimization_presetId_fkey" FOREIGN KEY ("presetId") REFERENCES "SchedulerPreset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
