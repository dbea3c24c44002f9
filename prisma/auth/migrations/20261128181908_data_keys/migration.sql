-- CreateTable
CREATE TABLE "DataKey" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "keyCipher" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DataKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "DataKey_ownerId_key" ON "DataKey"("ownerId");
