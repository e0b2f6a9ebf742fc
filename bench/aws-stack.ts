/** The code of a small AWS stack: network, bucket and role, five resources, all names its own. */
export function awsStackCode(number: number): string {
  const name = `bench-${number}`
  return `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {}

resource "aws_vpc" "main" {
  cidr_block = "10.${number}.0.0/16"
  tags       = { Name = "${name}" }
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.${number}.1.0/24"
  tags       = { Name = "${name}" }
}

resource "aws_security_group" "web" {
  name   = "${name}"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_s3_bucket" "data" {
  bucket = "${name}-data"
}

resource "aws_iam_role" "app" {
  name = "${name}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
`
}

/** The code of a stack of built-in resources alone: no provider is started for it. */
export function builtInStackCode(number: number): string {
  return [1, 2, 3, 4, 5]
    .map(
      (index) =>
        `resource "terraform_data" "item_${index}" {\n  input = "stack ${number}, item ${index}"\n}\n`,
    )
    .join('\n')
}
