-- CreateTable
CREATE TABLE "Broadcast" (
    "id" TEXT NOT NULL,
    "templateKey" TEXT NOT NULL,
    "segment" TEXT NOT NULL,
    "recipients" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Broadcast_pkey" PRIMARY KEY ("id")
);
