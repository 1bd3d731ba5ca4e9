"""MentorBook: mentees book sessions with mentors."""
