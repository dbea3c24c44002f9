-- CreateTable
CREATE TABLE "Regrade" (
    "id" TEXT NOT NULL,
    "quizId" TEXT NOT NULL,
    "gradedBy" TEXT NOT NULL,
    "changes" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Regrade_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Regrade_quizId_idx" ON "Regrade"("quizId");
