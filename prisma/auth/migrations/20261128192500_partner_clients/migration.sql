-- CreateTable
CREATE TABLE "PartnerClient" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "plan" TEXT NOT NULL,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PartnerClient_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PartnerClient_createdAt_id_idx" ON "PartnerClient"("createdAt", "id");

-- CreateIndex
CREATE INDEX "PartnerClient_createdById_idx" ON "PartnerClient"("createdById");

-- CreateIndex
CREATE INDEX "PartnerClient_revokedAt_idx" ON "PartnerClient"("revokedAt");
