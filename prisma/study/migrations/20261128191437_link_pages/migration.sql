-- AlterEnum
ALTER TYPE "MaterialKind" ADD VALUE 'URL';

-- AlterTable
ALTER TABLE "Material" ADD COLUMN     "sourceUrl" TEXT;
