"""The permission matrix: who may do what with which record at which address, declared once and tried cell by cell."""
