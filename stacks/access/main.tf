# The role that deployments run with: what it may do is written here, and nowhere else.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
  backend "local" {}
}

provider "aws" {}

resource "aws_iam_role" "deploy" {
  name                 = "deploy"
  description          = "What the pipeline deploys with"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codebuild.amazonaws.com" }
    }]
  })
}

resource "aws_iam_policy" "upload" {
  name = "upload-artifacts"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Upload"
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:GetObject"]
      Resource = "arn:aws:s3:::acme-artifacts/*"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "upload" {
  role       = aws_iam_role.deploy.name
  policy_arn = aws_iam_policy.upload.arn
}

resource "aws_ssm_parameter" "release" {
  name        = "/deploy/release-channel"
  description = "Which channel the pipeline deploys"
  type        = "String"
  value       = "stable"
}
